#pragma once

#include "core/shell/driver.hpp"
#include "core/switchboard/switchboard.hpp"

namespace parley::switchboard {

using Driver = parley::Driver<Switchboard, Event, Effect>;

}  // namespace parley::switchboard
