/// Checks that images, manifests, dashboards, alerts and the table of settings agree with the
/// services. Reads files of the repository; starts nothing.
package io.sketchstream.operations;
