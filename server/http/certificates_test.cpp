#include "server/http/certificates.hpp"

#include "server/http/test_certificate.hpp"
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

TEST(Certificate, AKeyWithAPassPhraseIsRefusedAndNobodyIsAskedForIt) {
  const store::TestFolder folder;
  const auto chain = folder.file("chain.pem");
  const auto file = folder.file("key.pem");
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  write_certificate(chain, key.get());
  write_key(file, key.get(), "");
  EXPECT_EQ(problem_with(chain, file), "");
  write_key(file, key.get(), "hush");
  EXPECT_EQ(problem_with(chain, file),
            "tls-key " + file.string() +
                ": the key has a pass phrase, and nobody is there to type it: take it off with "
                "`openssl pkey -in OLD -out NEW`");
}

TEST(Certificate, OneThatIsTooWeakIsToldApartFromNone) {
  const store::TestFolder folder;
  const auto chain = folder.file("chain.pem");
  const auto file = folder.file("key.pem");
  const Owned<EVP_PKEY> key(EVP_RSA_gen(1024));
  write_certificate(chain, key.get());
  write_key(file, key.get(), "");
  EXPECT_EQ(problem_with(chain, file), "tls-certificate " + chain.string() +
                                           ": can't be used: ee key too small (SSL routines)");
}

TEST(Certificate, AFolderIsNoFile) {
  const store::TestFolder folder;
  std::ofstream(folder.file("chain.pem")) << "x";
  EXPECT_EQ(problem_with(folder.file("chain.pem"), folder.file("")),
            "tls-key " + folder.file("").string() + ": is a folder");
}

}  // namespace
}  // namespace parley::server::http
