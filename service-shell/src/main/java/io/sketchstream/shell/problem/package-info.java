/// Errors as RFC 9457 describes them. Whatever a request runs into, the answer is
/// `application/problem+json`, in the caller's terms and without names or paths of this machine.
package io.sketchstream.shell.problem;
