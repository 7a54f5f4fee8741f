/// The whole flow against real processes: commands, crashes and the web page. The tests know the
/// services only by HTTP, topics and exit codes.
package io.sketchstream.endtoend;
