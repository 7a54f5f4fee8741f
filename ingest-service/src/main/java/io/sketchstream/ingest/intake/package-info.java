/// What happens to one image on its way in, wherever it comes from: its id, its turn, decoding, the
/// canonical image, and the write to the gallery. HTTP and watched folders both end here.
package io.sketchstream.ingest.intake;
