// Every option of the server, once: the help text, the configuration file, the environment, the
// check and docs/configuration.md all follow from this table.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace parley::server::config {

struct Option {
  /// In the file as it is; on the command line behind `--`; in the environment as PARLEY_ and upper
  /// case with underscores.
  std::string_view name;
  std::string_view argument;
  std::string_view fallback;
  std::string_view help;
  bool secret = false;
};

inline constexpr std::array kOptions{
    Option{"listen", "HOST:PORT", "127.0.0.1:8080",
           "Where to listen. Port 0 picks a free one; 0.0.0.0 or [::] listens on all networks."},
    Option{"data", "DIR", "data", "Folder of the database; made when it is not there."},
    Option{
        "tls-certificate", "FILE", "",
        "Certificate chain (PEM). With it the server speaks https and wss, which browsers demand "
        "for calls from other machines."},
    Option{"tls-key", "FILE", "", "Private key of the certificate (PEM), without a pass phrase."},
    Option{"sign-up", "POLICY", "open",
           "Who may make an account: open (everybody who reaches the server), invite (with an "
           "invitation), or closed (only `parley user add`)."},
    Option{"invitations", "BY", "users",
           "Who may invite others to make an account: users (everybody who is signed in; each "
           "invitation is for one person and a week), or operator (only `parley user invite`)."},
    Option{"allowed-origins", "LIST", "",
           "Further origins, separated by commas, whose pages may use this server: for Parley "
           "embedded in another site. Example: https://shop.example.org"},
    Option{"public-host", "LIST", "",
           "Names, separated by commas, under which browsers reach this server, with a port or "
           "without; requests for others are refused (421), so that no foreign name can be made to "
           "lead here. This machine's own names (localhost, 127.0.0.1) are always answered. Empty: "
           "all. Example: calls.example.org"},
    Option{"trusted-proxies", "LIST", "",
           "Addresses or networks of reverse proxies, separated by commas. From these, and only "
           "from these, X-Forwarded-For is believed. Forwarded (RFC 7239) is not read."},
    Option{"health-numbers", "WHOM", "auto",
           "Who gets the numbers of connections, people and calls from /health: nobody; local: a "
           "request from this machine that names it by its own address; auto: local, but nobody "
           "where public-host or trusted-proxies is set, because a proxy on this machine may ask "
           "in that way for others."},
    Option{"ring-limit", "SECONDS", "45", "How long an unanswered call rings."},
    Option{"connect-limit", "SECONDS", "30",
           "How long an answered call may take until media flows."},
    Option{"lost-limit", "SECONDS", "90",
           "How long a call goes on whose devices have all lost touch with the server. People may "
           "well be talking: media needs no server. If nobody is, they count as busy for as long."},
    Option{"ice-servers", "LIST", "",
           "STUN and TURN servers, separated by commas; a TURN URL is followed by a space and "
           "user:password, which everybody who signs in can read: prefer turn-servers. Example: "
           "stun:stun.example.org:3478",
           true},
    Option{"turn-servers", "LIST", "",
           "URLs of TURN servers that share the secret of turn-secret-file, separated by commas; "
           "each sign-in gets a login of its own for some hours. Example: "
           "turn:turn.example.org:3478, turns:turn.example.org:5349?transport=tcp"},
    Option{"turn-secret-file", "FILE", "",
           "File whose first line is the secret of turn-servers (coturn: use-auth-secret, "
           "static-auth-secret). A second line may hold the secret that it replaces. SIGHUP reads "
           "it again."},
    Option{
        "relay", "WHOSE", "auto",
        "A TURN relay: embedded (the server runs a coturn of its own, which must be installed), "
        "external (turn-servers or ice-servers name one, and the server does not start without), "
        "off (the server runs none), or auto: external when one is named, else embedded when "
        "others "
        "can reach the server (listen is not loopback, or public-host or trusted-proxies is set), "
        "else off."},
    Option{"relay-address", "ADDRESS", "",
           "The address by which clients reach the embedded relay; to be named behind a NAT that "
           "passes on the ports. Empty: the address of listen, or the one by which this machine "
           "reaches other networks."},
    Option{"relay-port", "PORT", "3478", "Port of the embedded relay, for UDP and TCP."},
    Option{"relay-tls-port", "PORT", "5349",
           "Its port for TLS, when the server has a certificate."},
    Option{
        "relay-ports", "RANGE", "49160-49259",
        "UDP ports of the embedded relay; each relayed connection of a device takes one to six."},
    Option{"relay-program", "FILE", "turnserver",
           "The program of the embedded relay, coturn; a name without a folder is looked for in "
           "PATH."},
    Option{"relay-probes", "SECONDS", "30",
           "How often each TURN server is tried with a login of its own, so that clients are given "
           "those that work; 0 for never."},
    Option{"token-lifetime", "DAYS", "30", "How long a sign-in lasts."},
    Option{"password-cost", "COST", "interactive",
           "What a password hash costs: interactive (64 MiB), moderate (256 MiB), or minimal (for "
           "tests only)."},
    Option{"attempts-per-minute", "COUNT", "10",
           "Attempts to sign in or up per account and per address; 0 for no limit."},
    Option{"history-days", "DAYS", "365", "How long ended calls stay in the history; 0 for ever."},
    Option{"max-connections", "COUNT", "10000", "Sockets open at the same time."},
    Option{"stop-delay", "SECONDS", "0",
           "How long the server goes on after SIGTERM while /readyz says draining (503), so that "
           "load balancers send new clients elsewhere before it closes its connections."},
    Option{"log-format", "FORMAT", "text", "text or json."},
    Option{"log-level", "LEVEL", "info", "debug, info, warning or error."},
};

/// PARLEY_LOG_LEVEL for log-level.
[[nodiscard]] std::string environment_name(std::string_view option);

/// The options as lines of help.
[[nodiscard]] std::string help_text();

/// docs/configuration.md.
[[nodiscard]] std::string documentation();

}  // namespace parley::server::config
