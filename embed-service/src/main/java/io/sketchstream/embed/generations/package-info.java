/// Which generations are embedded here: one worker for each live generation loads its encoder and
/// runs its image loop.
package io.sketchstream.embed.generations;
