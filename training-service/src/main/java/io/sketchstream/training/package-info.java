/// Labels to better models. What is here is the shell: settings and start. `rollout` steers which
/// model is served, through [models]; the other packages train and evaluate.
package io.sketchstream.training;
