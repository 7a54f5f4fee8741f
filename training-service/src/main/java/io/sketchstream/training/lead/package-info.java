/// One thread that decides, what others ask of it, and how it ends.
package io.sketchstream.training.lead;
