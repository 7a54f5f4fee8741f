/// The whole flow, against real processes: what a user types, what must hold through a crash, what
/// the page shows. Knows the services only by their HTTP, their topics and their exit codes.
package io.sketchstream.endtoend;
