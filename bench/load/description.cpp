#include "bench/load/description.hpp"

namespace parley::load {

namespace {

constexpr std::string_view kSession =
    "v=0\r\n"
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE 0 1\r\n"
    "a=extmap-allow-mixed\r\n"
    "a=msid-semantic: WMS 47017fee-b6c1-4162-929c-a25110252400\r\n";

constexpr std::string_view kTransport =
    "\r\na=ice-pwd:6dIkWjfJ9Aq5zDVqT3L1TtQn\r\n"
    "a=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 D1:2C:BE:AD:C4:F6:64:5C:25:16:11:9C:AF:E7:0F:73:79:36:4E:9C:1E:15:54:39:"
    "0C:06:8B:ED:96:86:00:39\r\n"
    "a=setup:actpass\r\n";

constexpr std::string_view kAudio =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:";

constexpr std::string_view kAudioFormats =
    "a=mid:0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=sendrecv\r\n"
    "a=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
    "a=rtcp-fb:111 transport-cc\r\n"
    "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
    "a=rtpmap:63 red/48000/2\r\n"
    "a=fmtp:63 111/111\r\n"
    "a=ssrc:1993410554 cname:Qx1mZ0gXW0b3WQJY\r\n";

constexpr std::string_view kVideo =
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:";

constexpr std::string_view kVideoFormats =
    "a=mid:1\r\n"
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
    "a=extmap:13 urn:3gpp:video-orientation\r\n"
    "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=sendrecv\r\n"
    "a=rtcp-mux\r\n"
    "a=rtcp-rsize\r\n"
    "a=rtpmap:96 VP8/90000\r\n"
    "a=rtcp-fb:96 goog-remb\r\n"
    "a=rtcp-fb:96 transport-cc\r\n"
    "a=rtcp-fb:96 ccm fir\r\n"
    "a=rtcp-fb:96 nack\r\n"
    "a=rtcp-fb:96 nack pli\r\n"
    "a=rtpmap:97 rtx/90000\r\n"
    "a=fmtp:97 apt=96\r\n"
    "a=rtpmap:103 H264/90000\r\n"
    "a=rtcp-fb:103 transport-cc\r\n"
    "a=rtcp-fb:103 nack pli\r\n"
    "a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
    "a=rtpmap:104 rtx/90000\r\n"
    "a=fmtp:104 apt=103\r\n"
    "a=ssrc-group:FID 3087216204 1120634919\r\n"
    "a=ssrc:3087216204 cname:Qx1mZ0gXW0b3WQJY\r\n"
    "a=ssrc:1120634919 cname:Qx1mZ0gXW0b3WQJY\r\n";

}  // namespace

std::string describe(std::string_view ufrag) {
  std::string sdp;
  sdp.reserve(2560);
  for (const std::string_view part : {kSession, kAudio, ufrag, kTransport, kAudioFormats, kVideo,
                                      ufrag, kTransport, kVideoFormats}) {
    sdp += part;
  }
  return sdp;
}

wire::Candidate candidate(unsigned index, std::string_view ufrag) {
  std::string text =
      "candidate:4234997325 1 udp 2043278322 192.168.0." + std::to_string(56 + index);
  text += " 44323 typ host generation 0 ufrag ";
  text += ufrag;
  text += " network-cost 999";
  return {{std::move(text)}, {{"0"}}, 0};
}

}  // namespace parley::load
