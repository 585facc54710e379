#pragma once

#include "core/phone/phone.hpp"
#include "core/shell/driver.hpp"

namespace parley::phone {

using Driver = parley::Driver<Phone, Event, Effect>;

}  // namespace parley::phone
