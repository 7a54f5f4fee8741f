package io.sketchstream.embed.sketches;

import io.sketchstream.embed.loops.PolledBatch;
import io.sketchstream.events.SketchEmbedded;
import io.sketchstream.shell.tracing.Step;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// One sketch on its way.
///
/// @param polledNanos as [System#nanoTime]
/// @param answer so far
record SketchTask(
    ConsumerRecord<byte[], byte[]> record,
    ReceivedSketch sketch,
    PolledBatch polled,
    Step step,
    long polledNanos,
    SketchEmbedded.Builder answer) {}
