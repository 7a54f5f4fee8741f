/// Log lines for machines: one JSON object a line, with the ids that lead from one service's line
/// to the next one's. Off unless `log.format=json`.
package io.sketchstream.shell.logging;
