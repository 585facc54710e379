#include "sim/recorder.hpp"

#include "core/base/assert.hpp"

#include <cstring>

namespace parley::sim {

void Recorder::page_started(testing::Device& device) {
  const std::string path = folder_ + "/" + prefix_ + "-" + std::to_string(++started_) + ".jsonl";
  Page page{.phone{parley_phone_create(device.seed())}, .file{std::fopen(path.c_str(), "wb")}};
  PARLEY_ASSERT(page.file != nullptr);
  std::fprintf(page.file.get(), "{\"parley_trace\":1,\"core\":\"%s\",\"seed\":%u}\n",
               parley_core_version(), device.seed());
  pages_.insert_or_assign(device.number(), std::move(page));
}

void Recorder::device_took(testing::Device& device, const phone::Event& event,
                           const std::vector<phone::Effect>& /*effects*/) {
  const Page& page = pages_.at(device.number());
  const std::string input = json::to_json(event);
  const std::int64_t now = ms_of(device.local_now());
  char* room = parley_phone_input(page.phone.get(), static_cast<std::uint32_t>(input.size()));
  std::memcpy(room, input.data(), input.size());
  const std::int32_t status = parley_phone_handle(
      page.phone.get(), static_cast<std::uint32_t>(input.size()), static_cast<double>(now));
  PARLEY_ASSERT(status == 0);
  // The output is an object; the line is the same object with the input at its start.
  const std::string_view output(parley_phone_output(page.phone.get()),
                                parley_phone_output_bytes(page.phone.get()));
  std::string line = "{\"at\":" + std::to_string(now) + ",\"event\":" + input + ",";
  line.append(output.substr(1)).append("\n");
  (void)std::fwrite(line.data(), 1, line.size(), page.file.get());
  ++lines_;
}

}  // namespace parley::sim
