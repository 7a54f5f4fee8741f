/// The four services and a Kafka broker in one JVM: the whole flow for one machine. The services
/// are the same jars as in a distributed installation and communicate through the broker. This
/// package owns the home directory and the order of start and stop.
package io.sketchstream.standalone;
