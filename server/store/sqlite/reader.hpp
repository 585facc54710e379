// A thread with a connection of its own that answers questions one after the other.
#pragma once

#include "server/log/log.hpp"
#include "server/store/sqlite/database.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace parley::server::store::sqlite {

/// Work on a database; returns a function to run on the loop afterwards.
struct Job {
  std::function<void(Database&)> work;
  std::function<void(bool good)> finish;
};

class Reader {
 public:
  using Post = std::function<void(std::function<void()>)>;

  Reader(Database database, Post post, log::Log& log);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void submit(Job job);
  /// Drops the questions that have not begun.
  void stop();

 private:
  void run();

  Database database_;
  Post post_;
  log::Log& log_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace parley::server::store::sqlite
