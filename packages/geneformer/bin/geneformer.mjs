#!/usr/bin/env node
// Apart from the compiled code, so that package managers can link the command before anything is built.
import '../dist/cli/main.js';
