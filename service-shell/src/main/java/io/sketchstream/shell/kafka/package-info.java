/// Kafka as every service uses it: client settings in one place, a topic read as a whole, a topic
/// with one fenced writer, offsets, consumer groups and dead letters.
package io.sketchstream.shell.kafka;
