/// What the OpenAPI descriptions of all services have in common.
package io.sketchstream.shell.openapi;
