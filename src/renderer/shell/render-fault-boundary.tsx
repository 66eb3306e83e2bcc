import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ErrorPanel } from '../components/problem-panel.tsx';
import classes from './render-fault-boundary.module.css';

interface FaultState {
  readonly error: unknown;
}

/** Shows a fault in drawing a page in its place; the navigation and the target bar stay. */
export class RenderFaultBoundary extends Component<{ readonly children: ReactNode }, FaultState> {
  override state: FaultState = { error: undefined };

  static getDerivedStateFromError(error: unknown): FaultState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className={classes.fault}>
        <ErrorPanel
          error={this.state.error}
          actions={
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                window.location.reload();
              }}
            >
              Load the page again
            </Button>
          }
        />
      </div>
    );
  }
}
