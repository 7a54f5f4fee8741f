/// A service as a process of its own.
package io.sketchstream.shell.process;
