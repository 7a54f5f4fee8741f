/// The command line: brings images in, searches by sketch, shows how far everything is. It talks
/// HTTP to a running Sketchstream and is no part of the data flow itself; only training and
/// evaluation run in its own process.
package io.sketchstream.cli;
