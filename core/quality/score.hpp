// Scores of sound and pictures, from 0 to 100. Sound is judged by the E-model (ITU-T G.107), cut
// down to what a call over the internet changes: delay and the share of the sound that had to be
// made up. Pictures are judged by how often they freeze, their frames and their lines.
#pragma once

#include "core/wire/client_messages.hpp"

#include <cstdint>
#include <optional>

namespace parley::quality {

/// The rating of a telephone call without any impairment: the default R of ITU-T G.107.
inline constexpr double kBestRating = 93.2;

/// The equipment impairment Ie of Opus at 32 kbit/s, the rate that browsers use for speech.
inline constexpr double kOpusImpairment = 7;

/// The mean opinion score of a rating R, in hundredths: 100 to 450 (ITU-T G.107, Annex B).
[[nodiscard]] std::uint32_t mos_hundredths(double rating);

/// What a delay from mouth to ear takes from a rating: the impairment Id, simplified (Cole and
/// Rosenbluth, Voice over IP performance monitoring, 2001).
[[nodiscard]] double delay_impairment(double delay_ms);

/// What made-up sound takes from a rating, besides `kOpusImpairment`: Ie,eff − Ie, with a Bpl of
/// 10. The share is counted after all means against loss, so there is one Bpl for all.
[[nodiscard]] double concealment_impairment(double concealed_percent);

/// The delay from mouth to ear: half a round trip, the jitter buffer, a packet of 20 ms.
[[nodiscard]] double delay_of(const wire::FlowReport& flow, std::uint32_t round_trip_ms);

/// The rating of the sound; empty where the report says neither what was made up nor what was lost.
[[nodiscard]] std::optional<double> sound_rating(const wire::FlowReport& flow,
                                                 std::uint32_t round_trip_ms);

/// The score of the camera's picture, 0 to 100; empty where the report says nothing of one.
[[nodiscard]] std::optional<double> picture_score(const wire::FlowReport& flow,
                                                  std::uint32_t round_trip_ms);

/// The score of one direction: of the sound, or of both if the picture makes it worse.
[[nodiscard]] std::optional<std::uint32_t> score_of(const wire::FlowReport& flow,
                                                    std::uint32_t round_trip_ms);

}  // namespace parley::quality
