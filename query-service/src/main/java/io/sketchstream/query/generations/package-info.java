/// The live generations: follows `models`, runs one index application for each, and knows the
/// active one. The rollout itself is decided in the training service; this package only follows it.
package io.sketchstream.query.generations;
