// Deliberate faults, to test the tests: the simulator must notice each of them (docs/simulator.md).
// They exist only in a build of their own; everywhere else `mutant` is false and leaves no trace.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace parley {

enum class Mutant : std::uint8_t {
  none,
  // core/switchboard
  second_accept_wins,
  ring_limit_not_armed,
  connect_limit_not_armed,
  answered_elsewhere_not_told,
  cancelled_record_left_open,
  sent_before_stored,
  deadline_lost_on_restart,
  restored_call_without_users,
  old_socket_ends_session,
  silent_device_kept,
  lease_never_runs_out,
  abandoned_when_noticed,
  glare_keeps_both,
  third_caller_rings,
  hold_not_mirrored,
  outsider_obeyed,
  missed_frames_not_repeated,
  moved_from_device_not_told,
  closed_page_keeps_call,
  replaced_before_refused,
  any_dial_ends_call,
  failing_device_declines,
  quiet_is_gone,
  joined_twice_paired_twice,
  records_keep_the_wrong_time,
  restored_deadline_believed,
  // core/session
  duplicate_handled_twice,
  gap_not_noticed,
  acknowledged_too_much,
  // core/phone
  late_grant_kept,
  tone_not_stopped,
  connection_left_open,
  muted_but_heard,
  held_but_heard,
  screen_left_open,
  proof_outlives_mute,
  answer_without_limit,
  rings_for_ever,
  lost_invite_not_repeated,
  dead_socket_believed_in,
  end_not_taken_over,
  // core/negotiation
  candidate_before_description,
  candidates_lost,
  answer_not_sent,
  operation_without_limit,
};

inline constexpr std::array<std::string_view, 46> kMutantNames{
    "none",
    "second accept also wins",
    "ring limit not armed",
    "connect limit not armed",
    "answered elsewhere not told",
    "record of a cancelled call left open",
    "sent before stored",
    "deadline lost on restart",
    "restored call without its users",
    "close of the old socket ends the session",
    "silent device kept as connected",
    "lease never runs out",
    "abandoned when noticed, not at the last media",
    "glare keeps both calls",
    "third caller rings",
    "hold not mirrored",
    "outsider obeyed",
    "missed frames not repeated on resume",
    "device moved from not told",
    "closed page keeps its call",
    "refused dial has ended the old call",
    "any dial ends the call that is on",
    "device that fails declines for the person",
    "silent device that rings counts as gone",
    "join said twice pairs twice",
    "records keep the time of a wrong clock",
    "restored deadline believed",
    "duplicate handled twice",
    "gap not noticed",
    "acknowledged one too many",
    "late media grant kept",
    "tone not stopped",
    "peer connection left open",
    "muted but heard",
    "held but heard",
    "screen left open",
    "proof of silence outlives the mute",
    "answer waits without limit",
    "incoming call rings for ever",
    "lost invite not repeated",
    "dead socket believed in",
    "server's word on the end ignored",
    "candidate added before its description",
    "candidates that wait are lost",
    "answer not sent",
    "operation waits without limit",
};

#ifdef PARLEY_MUTANTS
inline Mutant active_mutant = Mutant::none;
inline bool mutant(Mutant which) { return active_mutant == which; }
#else
constexpr bool mutant(Mutant /*which*/) { return false; }
#endif

}  // namespace parley
