#include "server/store/sqlite/reader.hpp"

#include <utility>

namespace parley::server::store::sqlite {

namespace {

/// Runs a first query at the start: SQLite then opens the files beside the database. Later the
/// process may have no file descriptors left.
Database opened(Database database) {
  database.query("SELECT count(*) FROM sqlite_schema").step();
  return database;
}

}  // namespace

Reader::Reader(Database database, Post post, log::Log& log)
    : database_(opened(std::move(database))),
      post_(std::move(post)),
      log_(log),
      thread_([this] { run(); }) {}

Reader::~Reader() { stop(); }

void Reader::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wakes_.notify_one();
}

void Reader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Reader::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wakes_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    bool good = false;
    try {
      job.work(database_);
      good = true;
    } catch (const Failure& failure) {
      log_.repeatedly(log::Level::error, "reading from the store failed",
                      {{"why", failure.what()}});
    }
    post_([finish = std::move(job.finish), good] { finish(good); });
  }
}

}  // namespace parley::server::store::sqlite
