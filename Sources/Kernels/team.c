#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "Kernels.h"

// Each counter on a cache line of its own (two, for the adjacent-line prefetcher), so that
// threads that spin on one do not slow those that write another.
struct aepca_team {
  _Alignas(128) atomic_ulong round;
  _Alignas(128) atomic_int left;
  _Alignas(128) pthread_mutex_t lock;
  pthread_cond_t begun, ended;
  int threads, started, stops;
  void (*work)(void *, int);
  void *context;
  pthread_t ids[];
};

struct member {
  struct aepca_team *team;
  int number;
};

/// About 50 microseconds: longer than a gap between phases of a step, shorter than anyone
/// would notice.
enum { PATIENCE = 2000 };

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void *serve(void *argument) {
  struct member member = *(struct member *)argument;
  free(argument);
  struct aepca_team *team = member.team;
  unsigned long seen = 0;
  for (;;) {
    int spins = 0;
    while (atomic_load_explicit(&team->round, memory_order_acquire) == seen) {
      relax();
      if (++spins < PATIENCE) continue;
      pthread_mutex_lock(&team->lock);
      while (atomic_load_explicit(&team->round, memory_order_relaxed) == seen)
        pthread_cond_wait(&team->begun, &team->lock);
      pthread_mutex_unlock(&team->lock);
    }
    seen++;
    if (team->stops) return 0;
    team->work(team->context, member.number);
    if (atomic_fetch_sub_explicit(&team->left, 1, memory_order_acq_rel) == 1) {
      pthread_mutex_lock(&team->lock);
      pthread_cond_signal(&team->ended);
      pthread_mutex_unlock(&team->lock);
    }
  }
}

static void begin(struct aepca_team *team) {
  atomic_store_explicit(&team->left, team->started, memory_order_relaxed);
  pthread_mutex_lock(&team->lock);
  atomic_fetch_add_explicit(&team->round, 1, memory_order_release);
  pthread_cond_broadcast(&team->begun);
  pthread_mutex_unlock(&team->lock);
}

struct aepca_team *aepca_team_create(int threads) {
  struct aepca_team *team = 0;
  if (threads < 1) threads = 1;
  size_t size = sizeof(struct aepca_team) + (size_t)threads * sizeof(pthread_t);
  if (posix_memalign((void **)&team, 128, (size + 127) / 128 * 128)) return 0;
  atomic_init(&team->round, 0);
  atomic_init(&team->left, 0);
  pthread_mutex_init(&team->lock, 0);
  pthread_cond_init(&team->begun, 0);
  pthread_cond_init(&team->ended, 0);
  team->threads = threads;
  team->started = 0;
  team->stops = 0;
  for (int number = 1; number < threads; number++) {
    struct member *member = malloc(sizeof *member);
    if (member) *member = (struct member){team, number};
    if (!member || pthread_create(&team->ids[number - 1], 0, serve, member)) {
      free(member);
      aepca_team_destroy(team);
      return 0;
    }
    team->started++;
  }
  return team;
}

void aepca_team_run(struct aepca_team *team, void (*work)(void *, int), void *context) {
  if (team->started == 0) {
    work(context, 0);
    return;
  }
  team->work = work;
  team->context = context;
  begin(team);
  work(context, 0);
  int spins = 0;
  while (atomic_load_explicit(&team->left, memory_order_acquire) != 0) {
    relax();
    if (++spins < PATIENCE) continue;
    pthread_mutex_lock(&team->lock);
    while (atomic_load_explicit(&team->left, memory_order_acquire) != 0)
      pthread_cond_wait(&team->ended, &team->lock);
    pthread_mutex_unlock(&team->lock);
  }
}

void aepca_team_destroy(struct aepca_team *team) {
  team->stops = 1;
  if (team->started) begin(team);
  for (int i = 0; i < team->started; i++) pthread_join(team->ids[i], 0);
  pthread_mutex_destroy(&team->lock);
  pthread_cond_destroy(&team->begun);
  pthread_cond_destroy(&team->ended);
  free(team);
}
