/// Which model is served, decided in [models], whose only writer this is. A generation goes
/// `REGISTERED -> BACKFILLING -> READY -> ACTIVE -> STANDBY -> RETIRED`, or `REJECTED`; the embed
/// and query services follow. One instance leads: the owner of the single partition of `models`.
package io.sketchstream.training.rollout;
