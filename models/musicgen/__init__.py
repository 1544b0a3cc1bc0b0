"""MusicGen, decoded by an engine of our own.

`assemble` puts it together: `load` and `text` read a checkpoint, `engine` decides what each slot hears and keeps what
it draws (`sampling`, `windows`), a `step` computes it (`step_onnx` on a CPU, `step_torch` on a GPU), `scheduler` lets
requests in and out between steps and `estimator` foretells how long they take, `codec` makes sound of tokens
and `codec_encoder` tokens of sound, and `composer` makes takes of it all.
"""
