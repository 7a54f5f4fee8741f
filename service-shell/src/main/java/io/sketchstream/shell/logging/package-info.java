/// JSON log lines, with ids that connect the lines of all services. Off unless `log.format=json`.
package io.sketchstream.shell.logging;
