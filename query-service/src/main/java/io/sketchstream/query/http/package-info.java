/// The query service over HTTP: searches, more like this, status, health. Thin callers of `search`
/// and `status`; every refusal is a problem detail (RFC 9457).
package io.sketchstream.query.http;
