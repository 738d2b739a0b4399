// The questions that can be asked about a session and about a file, in the order of `.help`.

import { depsQuestion, originQuestion, pathQuestion, retainsQuestion } from './links.js';
import type { Question } from './question.js';
import { sizeQuestion } from './size.js';
import { whyQuestion } from './why.js';

/** All questions. */
export const QUESTIONS: readonly Question[] = [
  whyQuestion,
  sizeQuestion,
  depsQuestion,
  pathQuestion,
  retainsQuestion,
  originQuestion,
];
