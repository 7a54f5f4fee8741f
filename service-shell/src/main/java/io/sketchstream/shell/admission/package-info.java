/// Decides about the body of every request, before it is read and while it is: how large it may be,
/// how slow, and how many of a kind may be under way, in all and from one address. Bound to the
/// resource method that takes the body, so that the spelling of a path does not matter.
package io.sketchstream.shell.admission;
