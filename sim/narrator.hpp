// Prints a story as a sequence of messages: actions of people, faults, frames between devices and
// server, and the state of every phone.
#pragma once

#include "core/testing/world.hpp"
#include "sim/story.hpp"

#include <string>

namespace parley::sim {

class Narrator final : public testing::Observer {
 public:
  explicit Narrator(testing::World& world) : world_(world) {}

  void action(const testing::Device& device, const Action& action);
  void remark(const std::string& text);

  void device_took(testing::Device& device, const phone::Event& event,
                   const std::vector<phone::Effect>& effects) override;
  void server_took(const switchboard::Event& event, const testing::Device* from,
                   const std::vector<switchboard::Effect>& effects) override;
  void left_server(const testing::Device& to, const std::string& text) override;
  void server_crashed() override;

 private:
  void line(const std::string& text) const;

  testing::World& world_;
};

}  // namespace parley::sim
