/// From labels to better models, and which model is served. This package holds the settings and the
/// start; `labels`, `runs`, `rollout` and `leadership` do the work.
package io.sketchstream.training;
