/// Sketches to the network's input: strokes, drawings in raster files and SVG. Ink is found by its
/// contrast with the paper. `Sketch ──> SketchRenderer ──> PreparedImage`.
package io.sketchstream.images.sketch;
