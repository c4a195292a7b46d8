#ifndef AEPCA_TEAM_H
#define AEPCA_TEAM_H

#pragma clang assume_nonnull begin

// Threads for the parts of a training step.

/// Threads that wait for work: they spin for some microseconds, then sleep.
struct aepca_team;

/// A team of so many threads, the caller's counted; null when the system gives none.
struct aepca_team *_Nullable aepca_team_create(int threads);

/// Runs the work once on every thread, the caller's being 0, and returns when all are done.
void aepca_team_run(
  struct aepca_team *team, void (*work)(void *context, int thread), void *context);

void aepca_team_destroy(struct aepca_team *team);

#pragma clang assume_nonnull end

#endif
