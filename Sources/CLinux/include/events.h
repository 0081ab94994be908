// epoll, timerfd, eventfd, signalfd.
#ifndef WMGWD2_EVENTS_H
#define WMGWD2_EVENTS_H

#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>

// EPOLLIN and friends are an enum in C and cannot be OR-ed in Swift without casts.
static const uint32_t wmg_epollin = EPOLLIN;

// The 64-bit member of epoll_data, a union that Swift sees without names.
static inline struct epoll_event wmg_epoll_event(uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return event;
}
static inline uint64_t wmg_epoll_data(const struct epoll_event *event) { return event->data.u64; }

#endif
