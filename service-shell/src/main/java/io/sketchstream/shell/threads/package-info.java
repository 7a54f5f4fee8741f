/// Platform threads: their names, their end, and their nice value.
package io.sketchstream.shell.threads;
