#include "server/http/certificates.hpp"

#include "server/store/test_folder.hpp"

#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>

#include <fstream>

namespace parley::server::http {
namespace {

std::string problem_with(const std::filesystem::path& certificate,
                         const std::filesystem::path& key) {
  const auto loaded = load_certificate(certificate, key);
  return loaded ? "" : loaded.error();
}

TEST(Certificate, AFileThatIsMissingIsNamed) {
  const store::TestFolder folder;
  std::ofstream(folder.file("key.pem")) << "x";
  const std::string missing = folder.file("chain.pem").string();
  EXPECT_EQ(problem_with(missing, folder.file("key.pem")),
            "tls-certificate " + missing + ": can't be read: No such file or directory");
}

TEST(Certificate, AFileThatHoldsNoneIsNamed) {
  const store::TestFolder folder;
  std::ofstream(folder.file("chain.pem")) << "no certificate";
  std::ofstream(folder.file("key.pem")) << "no key";
  const std::string problem = problem_with(folder.file("chain.pem"), folder.file("key.pem"));
  EXPECT_TRUE(problem.starts_with("tls-certificate " + folder.file("chain.pem").string() +
                                  ": holds no certificate: "))
      << problem;
}

TEST(Certificate, AFolderIsNoFile) {
  const store::TestFolder folder;
  std::ofstream(folder.file("chain.pem")) << "x";
  EXPECT_EQ(problem_with(folder.file("chain.pem"), folder.file("")),
            "tls-key " + folder.file("").string() + ": is a folder");
}

}  // namespace
}  // namespace parley::server::http
