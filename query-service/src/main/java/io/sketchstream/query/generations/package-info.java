/// Which generations live: follows `models`, runs one index application for each, and knows the
/// active one. The rollout itself is steered elsewhere; here it is only obeyed.
package io.sketchstream.query.generations;
