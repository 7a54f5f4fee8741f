/// Calls of other services over HTTP.
package io.sketchstream.shell.calls;
