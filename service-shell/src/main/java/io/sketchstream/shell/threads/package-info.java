/// Threads that give way to others.
package io.sketchstream.shell.threads;
