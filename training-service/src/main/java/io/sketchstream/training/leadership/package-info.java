/// The loop in which the leader decides, how it refuses, and its health.
package io.sketchstream.training.leadership;
