/// The four services and a Kafka broker in one JVM: the whole flow for one machine. The services
/// are the very jars that run alone elsewhere, and they talk through the broker as they do there.
/// Lives at the root of the flow: it owns the home directory, the order of starting and that of
/// stopping.
package io.sketchstream.standalone;
