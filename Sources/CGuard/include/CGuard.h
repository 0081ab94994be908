// What the guard program and `wmgwd2 standby` share: one header per subject. Allocates no memory, so that the guard can
// do its work where there is none left.
#ifndef WMGWD2_CGUARD_H
#define WMGWD2_CGUARD_H

#include "guard_duty.h"
#include "guard_plan.h"
#include "guard_standby.h"
#include "guard_watch.h"

#endif
