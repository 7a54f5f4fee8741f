/// Checks what operators run: images, manifests, dashboards, alerts and the table of settings agree
/// with what the services really have. Reads files of the repository; starts nothing.
package io.sketchstream.operations;
