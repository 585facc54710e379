// Writes a trace of every page in a story: the events of its phone, and the answers of the core's C
// interface, in the format of core/replay/trace.hpp. The same events played through
// core.wasm must give the same bytes (tools/compare-wasm.mjs).
#pragma once

#include "core/bindings/phone_abi.hpp"
#include "core/testing/world.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <string>

namespace parley::sim {

class Recorder final : public testing::Observer {
 public:
  /// Files go to this folder; their names begin with the prefix.
  Recorder(std::string folder, std::string prefix)
      : folder_(std::move(folder)), prefix_(std::move(prefix)) {}

  void page_started(testing::Device& device) override;
  void device_took(testing::Device& device, const phone::Event& event,
                   const std::vector<phone::Effect>& effects) override;

  [[nodiscard]] std::uint64_t lines() const { return lines_; }

 private:
  struct DestroyPhone {
    void operator()(parley_phone* phone) const { parley_phone_destroy(phone); }
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  struct Page {
    std::unique_ptr<parley_phone, DestroyPhone> phone;
    std::unique_ptr<std::FILE, CloseFile> file;
  };

  std::string folder_;
  std::string prefix_;
  std::map<std::size_t, Page> pages_;  // the present page of each device
  std::uint64_t started_ = 0;
  std::uint64_t lines_ = 0;
};

}  // namespace parley::sim
