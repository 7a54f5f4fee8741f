/// Labels: the votes of [labels], datasets of labelled pictures on disk, and samples of labelled
/// queries. Reads [labels] and [images] without a consumer group; writes no topic.
package io.sketchstream.training.labels;
