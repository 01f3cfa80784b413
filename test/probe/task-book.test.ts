import { describe, expect, test } from 'vitest';
import { createTaskBook } from '../../src/probe/task-book.ts';

describe('TaskBook', () => {
  test('a child is in its parent’s cgroup until it is moved', () => {
    const book = createTaskBook();
    book.moved(10, '/system.slice/a.service');
    book.forked(11, 10, 1_000);
    expect(book.find(11)).toMatchObject({ parentPid: 10, bornUsec: 1_000, cgroup: '/system.slice/a.service' });
    book.moved(11, '/system.slice/b.service');
    expect(book.find(11)).toMatchObject({ parentPid: 10, cgroup: '/system.slice/b.service' });
    expect([book.population('/system.slice/a.service'), book.population('/system.slice/b.service')]).toEqual([1, 1]);
  });

  test('remembers who ended, as what, and who was the last in a cgroup', () => {
    const book = createTaskBook();
    book.moved(10, '/a.service');
    book.forked(11, 10, 1_000);
    book.exited(10, 'sleep', 2_000);
    book.exited(11, 'bash', 3_000);
    book.exited(11, 'again', 4_000);
    expect(book.population('/a.service')).toBe(0);
    expect(book.lastEnded('/a.service')).toMatchObject({ pid: 11, name: 'bash', endedUsec: 3_000 });
  });

  test('a pid that is used again is another process', () => {
    const book = createTaskBook();
    book.moved(10, '/a.service');
    book.exited(10, 'sleep', 2_000);
    book.forked(10, 1, 3_000);
    expect(book.find(10)).toEqual({ pid: 10, parentPid: 1, bornUsec: 3_000 });
    expect(book.lastEnded('/a.service')?.endedUsec).toBe(2_000);
  });

  test('knows nothing of threads: nobody told it of their birth', () => {
    const book = createTaskBook();
    book.exited(12, 'worker', 1_000);
    expect(book.find(12)).toBeUndefined();
  });

  test('forgets the ended in the end', () => {
    const book = createTaskBook();
    for (let pid = 1; pid <= 9_000; pid++) {
      book.forked(pid, 0, 1);
      book.exited(pid, 'x', 2);
    }
    expect(book.find(1)).toBeUndefined();
    expect(book.find(9_000)).toBeDefined();
  });

  test('keeps who was the last in a cgroup when others enter it again', () => {
    const book = createTaskBook();
    book.moved(10, '/a.service');
    book.exited(10, 'sleep', 2_000);
    book.moved(11, '/a.service');
    book.forked(12, 11, 3_000);
    book.moved(11, '/b.service');
    expect(book.lastEnded('/a.service')?.pid).toBe(10);
    expect([book.population('/a.service'), book.population('/b.service')]).toEqual([1, 1]);
    expect([book.population('/c.service'), book.lastEnded('/b.service')]).toEqual([0, undefined]);
  });

  test('counts a child of one that has ended', () => {
    const book = createTaskBook();
    book.moved(10, '/a.service');
    book.exited(10, 'sleep', 2_000);
    book.forked(11, 10, 2_001);
    expect([book.population('/a.service'), book.find(11)?.cgroup]).toEqual([1, '/a.service']);
    book.exited(11, 'sleep', 2_002);
    expect([book.population('/a.service'), book.lastEnded('/a.service')?.pid]).toEqual([0, 11]);
  });

  test('counts nobody twice whose end was not seen, or who is moved to where he is', () => {
    const book = createTaskBook();
    book.moved(10, '/a.service');
    book.moved(10, '/a.service');
    book.forked(10, 1, 1_000);
    expect(book.population('/a.service')).toBe(0);
    book.moved(10, '/b.service');
    book.moved(10, '/b.service');
    expect(book.population('/b.service')).toBe(1);
  });
});
