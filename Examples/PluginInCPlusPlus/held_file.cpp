// An effector in C++20: keeps in a file which VNIs this gateway holds, one per line, for other programs to read.
//
// Files may be slow, so they are written by a thread of the effector's own. What comes while one is being written is
// written with the next, and a VNI is reported once it is in a file: any thread may report. Each report says which call
// it answers, so that one which comes after the next call is not taken as the answer to that.
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>
#include <wmgwd2_plugin.h>

namespace {

using VNIs = std::span<const uint32_t>;

class HeldFile {
public:
  HeldFile(const wmgwd2_host *host, std::string path)
      : host(host), path(std::move(path)), writer([this] { writeWhatIsNew(); }) {}

  ~HeldFile() {
    {
      std::lock_guard lock(mutex);
      isStopping = true;
    }
    news.notify_one();
    writer.join();
  }

  void hold(VNIs vnis) { change(vnis, WMGWD2_ACTIVE); }
  void letGo(VNIs vnis) { change(vnis, WMGWD2_STANDBY); }

private:
  // What a VNI has become, and the call that wanted it.
  struct Change {
    uint64_t moment;
    uint8_t outcome;
  };
  using Changes = std::map<uint32_t, Change>;

  // Called in take_over, release and prepare, where the moment is theirs.
  void change(VNIs vnis, uint8_t outcome) {
    auto moment = host->moment(host);
    try {
      std::lock_guard lock(mutex);
      for (auto vni : vnis) {
        // What may fail comes first: a VNI that is not in both is in neither.
        unreported[vni] = {moment, WMGWD2_FAILED};
        if (outcome == WMGWD2_ACTIVE) held.insert(vni);
        else held.erase(vni);
        unreported[vni] = {moment, outcome};
      }
    } catch (const std::exception &error) { // std::bad_alloc, std::system_error
      for (auto vni : vnis) reportOne(vni, {moment, WMGWD2_FAILED}, error.what());
    }
    news.notify_one();
  }

  // The thread: no exception may leave it either.
  void writeWhatIsNew() noexcept {
    std::unique_lock lock(mutex);
    while (true) {
      news.wait(lock, [this] { return isStopping || !unreported.empty(); });
      if (unreported.empty()) return;
      Changes changes;
      changes.swap(unreported);
      try {
        auto vnis = held;
        lock.unlock();
        report(changes, complaintOfWriting(vnis));
      } catch (const std::exception &error) {
        for (auto [vni, change] : changes) reportOne(vni, {change.moment, WMGWD2_FAILED}, error.what());
      }
      if (!lock.owns_lock()) lock.lock();
    }
  }

  // Readers see the old file or the new one, never half of one.
  std::string complaintOfWriting(const std::set<uint32_t> &vnis) const {
    auto beside = path + ".new";
    {
      std::ofstream file(beside, std::ios::trunc);
      for (auto vni : vnis) file << vni << '\n';
      file.close();
      if (!file) return beside + " cannot be written: " + std::strerror(errno);
    }
    if (std::rename(beside.c_str(), path.c_str()) != 0) return path + " cannot be replaced: " + std::strerror(errno);
    return {};
  }

  void report(const Changes &changes, const std::string &complaint) const {
    for (auto [vni, change] : changes) {
      if (complaint.empty()) reportOne(vni, change, nullptr);
      else reportOne(vni, {change.moment, WMGWD2_FAILED}, complaint.c_str());
    }
    host->count(host, "files-written", complaint.empty() ? 1 : 0);
  }

  // Needs no memory, so that it works where everything else has failed. The host makes few of many.
  void reportOne(uint32_t vni, Change change, const char *reason) const noexcept {
    host->report(host, change.moment, &vni, &change.outcome, &reason, 1);
  }

  const wmgwd2_host *host;
  const std::string path;
  std::mutex mutex;
  std::condition_variable news;
  std::set<uint32_t> held;
  Changes unreported;
  bool isStopping = false;
  std::thread writer; // the last member: it uses all the others
};

// No exception may leave a function that C calls: here they become return codes with their reason, and where there is
// no code to return, in `change`, failed VNIs.
template <typename Body> int guarded(char *reason, size_t reason_size, Body body) {
  try {
    body();
    return 0;
  } catch (const std::exception &error) {
    std::snprintf(reason, reason_size, "%s", error.what());
    return 73; // EX_CANTCREAT
  } catch (...) {
    std::snprintf(reason, reason_size, "failed for an unknown reason");
    return 73;
  }
}

std::string pathFrom(const wmgwd2_value *values) { return values[0].text; }

int validate(const wmgwd2_gateway *, const wmgwd2_value *values, char *reason, size_t reason_size) {
  return guarded(reason, reason_size, [&] {
    auto folder = std::filesystem::absolute(pathFrom(values)).parent_path().string();
    if (access(folder.c_str(), W_OK) != 0)
      throw std::runtime_error("--set held-file.path: " + folder + " is no folder that can be written to");
  });
}

int create(const wmgwd2_host *host, const wmgwd2_gateway *, const wmgwd2_value *values, void **instance,
           char *reason, size_t reason_size) {
  return guarded(reason, reason_size, [&] { *instance = new HeldFile(host, pathFrom(values)); });
}

HeldFile &self(void *instance) { return *static_cast<HeldFile *>(instance); }

int prepare(void *instance, const uint32_t *vnis, size_t count, char *, size_t) {
  self(instance).letGo({vnis, count});
  return 0;
}

void take_over(void *instance, const uint32_t *vnis, size_t count) { self(instance).hold({vnis, count}); }

void release(void *instance, const uint32_t *vnis, const uint64_t *, size_t count) {
  self(instance).letGo({vnis, count});
}

// The destructor joins the thread and frees: nothing of it throws.
void stop(void *instance) noexcept { delete &self(instance); }

const wmgwd2_option options[] = {{
    .name = "path",
    .default_text = "/run/wmgwd2/held",
    .unit = nullptr,
    .help = "the file; it is replaced whenever something changes",
    .type = WMGWD2_TEXT,
    .flags = 0,
    .minimum = 0,
    .maximum = 0,
}};

const wmgwd2_effector effector = {
    .size = sizeof(wmgwd2_effector),
    .flags = 0,
    .validate = validate,
    .inspect = nullptr,
    .create = create,
    .prepare = prepare,
    .take_over = take_over,
    .release = release,
    .hand_over = nullptr,
    .refresh = nullptr,
    .prepare_to_stop = nullptr,
    .stop = stop,
};

const wmgwd2_plugin plugin = {
    .size = sizeof(wmgwd2_plugin),
    .option_count = 1,
    .name = "held-file",
    .version = "1.0",
    .summary = "keeps in a file which VNIs this gateway holds",
    .details = nullptr,
    .options = options,
    .option_size = sizeof(wmgwd2_option),
    .strategy = nullptr,
    .effector = &effector,
    .discovery = nullptr,
};

const wmgwd2_plugin *const plugins[] = {&plugin};

const wmgwd2_library library = {
    .abi = WMGWD2_PLUGIN_ABI,
    .size = sizeof(wmgwd2_library),
    .plugins = plugins,
    .plugin_count = 1,
    .reserved = 0,
};

} // namespace

const wmgwd2_library *wmgwd2_plugin_v1() { return &library; }
