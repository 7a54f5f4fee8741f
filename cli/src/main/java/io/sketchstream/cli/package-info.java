/// The command line: imports images, searches by sketch, shows progress. It talks HTTP to a running
/// Sketchstream and is not part of the data flow itself; only training and evaluation run in its
/// own process.
package io.sketchstream.cli;
